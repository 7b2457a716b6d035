import { getNamedType, isInterfaceType, isLeafType, isObjectType, isRequiredArgument, isUnionType, type GraphQLNamedType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';

/** Everything that can be asked for of a type without arguments, so many levels deep; of pages, their entries. */
export function selectionOf(schema: GraphQLSchema, type: GraphQLNamedType, depth: number): string {
  if (isLeafType(type)) return '';
  if (isUnionType(type) || isInterfaceType(type)) {
    return `{ __typename ${schema.getPossibleTypes(type).map((one) => `... on ${one.name} ${aliased(one.name, selectionOf(schema, one, depth))}`).join(' ')} }`;
  }
  if (!isObjectType(type)) throw new Error(`${type.name} cannot be asked for.`);
  return `{ __typename ${selectionsOf(schema, type, depth).join(' ')} }`;
}

/** The same in parts, for what would be too much at once: what hangs below each field, and all plain values. */
export function selectionsOf(schema: GraphQLSchema, type: GraphQLObjectType, depth: number): string[] {
  const fields = Object.values(type.getFields()).filter(({ name, args }) => name !== 'edges' && !args.some(isRequiredArgument));
  const leaves = fields.filter((field) => isLeafType(getNamedType(field.type))).map(({ name }) => name);
  const others = depth <= 0 ? [] : fields.filter(({ name }) => !leaves.includes(name)).map((field) => {
    const isPage = field.args.some(({ name }) => name === 'last');
    // A page is no level of its own.
    return `${field.name}${isPage ? '(first: 10)' : ''} ${selectionOf(schema, getNamedType(field.type), isPage ? depth : depth - 1)}`;
  });
  return [...(leaves.length === 0 ? [] : [leaves.join(' ')]), ...others];
}

/** Members of a union may have fields of one name and different types; each is asked for under a name of its own. */
function aliased(typeName: string, selection: string): string {
  return selection.replace(/^\{ __typename /, `{ ${typeName}: __typename `);
}
