/** What each folder of src/ may import besides itself; the table of docs/architecture.md. */
const LAYERS = {
  core: [],
  jinja: [],
  language: ['core', 'jinja'],
  inventory: ['core', 'language'],
  probes: ['core'],
  modules: ['core', 'probes'],
  host: ['core'],
  engine: ['core', 'language', 'inventory', 'host'],
  report: ['core'],
  plan: ['core', 'report'],
  pki: ['core'],
  lab: ['core'],
}

const layer = ([folder, allowed]) => ({
  name: `${folder}-imports-its-layers-only`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
})

/** A package that one folder alone may import. */
const owned = (name, folder) => ({
  name: `${name}-belongs-to-${folder}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${folder}/` },
  to: { path: `node_modules/${name}/` },
})

module.exports = {
  forbidden: [
    {
      name: 'no-cycles-between-folders',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { circular: true, pathNot: '^src/$1/' },
    },
    ...Object.entries(LAYERS).map(layer),
    owned('ssh2', 'host'),
    owned('node-forge', 'pki'),
    owned('listr2', 'report'),
    owned('commander', 'cli'),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
}
