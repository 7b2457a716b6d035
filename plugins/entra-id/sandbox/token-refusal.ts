/** A refusal of the identity platform, under its AADSTS number. */
export class TokenRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly number: number;

  constructor(status: number, code: string, number: number, message: string) {
    super(message);
    this.name = 'TokenRefusal';
    this.status = status;
    this.code = code;
    this.number = number;
  }
}
