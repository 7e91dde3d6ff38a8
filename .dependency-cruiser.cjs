/**
 * The rooms of the house and their doors. Each rule says why. `npm run fences` checks them, and so does a test.
 */
const rooms = [
  'model',
  'parsers',
  'sources',
  'sinks',
  'artifacts',
  'facts',
  'knowledge',
  'rules',
  'engine',
  'redaction',
  'renderers',
  'commands',
]

/** A room may import itself and the rooms named, and nothing else of ours. */
function only(room, allowed, comment) {
  const inside = [room, ...allowed].join('|')
  return {
    name: `${room}-doors`,
    comment,
    severity: 'error',
    from: { path: `^src/${room}/` },
    to: {
      path: `^(src|packages)/`,
      pathNot: `^src/(${inside})/${allowed.includes('bbolt') ? '|^packages/bbolt-reader-ts/' : ''}`,
    },
  }
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    only('model', [], 'Types everybody shares: it must not lean on anybody.'),
    only('knowledge', ['model'], 'Dated tables: no logic that needs more.'),
    only('parsers', ['model', 'bbolt'], 'A parser turns bytes into values; it knows no path and no rule.'),
    only('sources', ['model'], 'A source delivers bytes; it knows no artifact, no rule and no colour.'),
    only('sinks', ['model'], 'A sink writes bytes where the user asked for; it knows nothing of what they mean.'),
    only('artifacts', ['model', 'parsers', 'knowledge'], 'Where and how to parse, nothing beyond.'),
    only('facts', ['model', 'artifacts', 'parsers', 'knowledge'], 'Joins over evidence; the parsers lend their types.'),
    only(
      'rules',
      ['model', 'artifacts', 'facts', 'knowledge', 'parsers'],
      'A rule judges evidence and formats nothing.',
    ),
    only('engine', ['model', 'sources'], 'Rules and artifacts arrive as arguments, so that the engine knows neither.'),
    only(
      'redaction',
      ['model', 'parsers', 'sources', 'sinks', 'bbolt'],
      'Cleaning judges no host: it needs bytes, and the patterns that the parsers know secrets by.',
    ),
    only('renderers', ['model'], 'The report is plain data; a renderer only shows it.'),
    {
      name: 'no-rule-imports-a-rule',
      comment: 'Rules that lean on each other cannot be read, tested or deleted alone. What they share is a fact.',
      severity: 'error',
      from: { path: '^src/rules/[a-z]+/CT' },
      to: { path: '^src/rules/[a-z]+/CT' },
    },
    {
      name: 'pure-rooms',
      comment: 'No disk, no process, no clock below the commands, apart from the sources.',
      severity: 'error',
      from: { path: '^src/(model|parsers|artifacts|facts|knowledge|rules|renderers)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'bbolt-stands-alone',
      comment: 'The reader is a package of its own with no dependency.',
      severity: 'error',
      from: { path: '^packages/bbolt-reader-ts/src' },
      to: { pathNot: '^packages/bbolt-reader-ts/src|^(node:)?fs(/promises)?$' },
    },
    {
      name: 'only-commands-know-oclif',
      comment: 'The command line is one way in, not the house.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/commands/' },
      to: { path: 'node_modules/@oclif' },
    },
    {
      name: 'workers-start-fast',
      comment: 'A worker reads inputs; the command line takes longer to load than all it needs.',
      severity: 'error',
      from: { path: '^src/commands/worker\\.ts$' },
      to: { path: 'node_modules/@oclif', reachable: true },
    },
    { name: 'no-cycles', comment: 'A cycle has no first room.', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'known-rooms',
      comment: 'A new room is a decision, not an accident.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${rooms.join('|')})/|^src/(main|binary)\\.ts$` },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
    doNotFollow: { path: 'node_modules' },
  },
}
