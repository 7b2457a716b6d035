/** The rooms of src in their order: a room imports only rooms before it. */
const ROOMS = ['kernel', 'db', 'auth', 'audit', 'registry', 'connections', 'playbooks', 'runs', 'guardrails', 'approvals', 'notifications', 'triggers', 'statistics', 'engine', 'graphql', 'http', 'commands'];

/** What speaks GraphQL; it lives in the room of its subject, and only it may. */
const GRAPHQL_FACE = '\\.(resolver|view|input)\\.ts$';

const upward = ROOMS.slice(0, -1).map((room, index) => ({
  name: `${room}-imports-a-later-room`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: GRAPHQL_FACE },
  to: { path: `^src/(${ROOMS.slice(index + 1).join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...upward,
    { name: 'cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-knows-graphql',
      severity: 'error',
      from: { path: '^src/', pathNot: [GRAPHQL_FACE, '^src/(graphql|http|commands)/', '^src/app[-a-z]*\\.ts$'] },
      to: { path: [GRAPHQL_FACE, '(^|/)node_modules/(graphql|type-graphql|graphql-scalars|graphql-ws|@apollo)/'] },
    },
    { name: 'view-knows-a-service', severity: 'error', from: { path: '\\.view\\.ts$' }, to: { path: '\\.(service|store|resolver)\\.ts$' } },
    { name: 'resolver-goes-past-the-service', severity: 'error', from: { path: '\\.resolver\\.ts$' }, to: { path: ['^src/(db|engine)/', '\\.store\\.ts$', '(^|/)node_modules/(typeorm|pg)/'] } },
    {
      name: 'sql-outside-the-stores',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/db/', '\\.(entity|store)\\.ts$', '^src/app[-a-z]*\\.ts$', '^src/commands/connect-database\\.ts$'] },
      to: { path: '(^|/)node_modules/(typeorm|pg)/' },
    },
    { name: 'plugin-sees-past-the-sdk', severity: 'error', from: { path: '^plugins/([^/]+)/' }, to: { path: ['^src/', '^plugins/(?!$1/)[^/]+/'] } },
    { name: 'plugin-imports-its-sandbox', severity: 'error', from: { path: '^plugins/[^/]+/src/' }, to: { path: '^plugins/[^/]+/sandbox/' } },
    { name: 'sandbox-imports-its-plugin', severity: 'error', from: { path: '^plugins/[^/]+/sandbox/' }, to: { path: '^plugins/[^/]+/src/' } },
    { name: 'src-names-a-plugin', severity: 'error', from: { path: '^src/' }, to: { path: '^plugins/' } },
    { name: 'sdk-leans-on-the-service', severity: 'error', from: { path: '^sdk/src/' }, to: { path: '^(src|plugins)/' } },
    { name: 'sdk-needs-more-than-zod', severity: 'error', from: { path: '^sdk/src/' }, to: { path: '(^|/)node_modules/(?!zod/)' } },
    { name: 'wiring-is-imported', severity: 'error', from: { path: '^src/', pathNot: '^src/(main|cli|app|app-worker-door|commands/.*)\\.ts$' }, to: { path: '^src/(app|app-audit|app-auth|app-connections|app-guard|app-metrics|app-runs|app-triggers|app-worker-door|cli|main)\\.ts$' } },
    { name: 'console-knows-more-than-the-api', severity: 'error', from: { path: '^console/' }, to: { path: '^(src|sdk|plugins|migrations)/' } },
    { name: 'service-imports-the-console', severity: 'error', from: { path: '^(src|sdk|plugins)/' }, to: { path: '^console/' } },
    { name: 'console-page-imports-another', severity: 'error', from: { path: '^console/src/pages/([^/]+)/' }, to: { path: '^console/src/pages/(?!$1/)' } },
    { name: 'console-parts-know-a-page', severity: 'error', from: { path: '^console/src/(api|parts|session|states)/' }, to: { path: '^console/src/(pages/|shell/|pages\\.ts$|routes\\.tsx$)' } },
    { name: 'test-code-in-the-product', severity: 'error', from: { path: '^(src|sdk/src|plugins/[^/]+/(src|sandbox))/' }, to: { path: ['(^|/)test/', '(^|/)node_modules/(jest|@jest)/'] } },
    { name: 'dev-dependency-in-the-product', severity: 'error', from: { path: '^(src|sdk/src|plugins/[^/]+/src)/' }, to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] } },
    { name: 'orphan', severity: 'error', from: { orphan: true, pathNot: ['\\.d\\.ts$', '(^|/)test/', '\\.(cjs|js)$'] }, to: {} },
    { name: 'unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'dist'] },
    exclude: { path: ['(^|/)dist/', '^node_modules/@types/', '^console/src/gql/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
