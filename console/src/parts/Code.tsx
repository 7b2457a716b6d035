import classes from './Code.module.css';

/** What programs send each other, as it is. */
export function Code({ value }: { readonly value: unknown }) {
  return <pre className={classes['code']}>{JSON.stringify(value, null, 2)}</pre>;
}
