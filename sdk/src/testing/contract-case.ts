/** One thing that every plugin must keep to. `run` rejects when this one does not. */
export interface ContractCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** A case that needs no provider. */
export function declared(name: string, check: () => void): ContractCase {
  return { name, run: () => Promise.resolve().then(check) };
}
