/** The migrated database that every test clones. */
export const TEMPLATE = 'countermeasure_template';
