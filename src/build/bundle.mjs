// Bundles the command line into dist/, with the packages that it needs: fewer files to find, read
// and compile make it start sooner.
import { execFileSync } from 'node:child_process'
import { chmod, copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'
import { readyMadeValidators } from './validators.mjs'

const settings = {
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  // More than half a MiB that is needed for certificates alone.
  external: ['node-forge'],
  logLevel: 'warning',
}

/** CommonJS starts sooner than modules do, by some milliseconds. */
const asScript = {
  format: 'cjs',
  // A script that is compiled from a cache cannot import; `require` does as well.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
}

/** Of ssh2: what it compiled when it was installed, if it could, stays where it is. */
const partsOfSsh2 = {
  name: 'parts of ssh2',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /\/sshcrypto\.node$/ }, () => ({
      path: 'ssh2/lib/protocol/crypto/build/Release/sshcrypto.node',
      external: true,
    }))
    onResolve({ filter: /^cpu-features$/ }, ({ path }) => ({ path, external: true }))
    // Agents for HTTP, which nobody here asks for, would load Node's HTTP and TLS.
    onLoad({ filter: /\/ssh2\/lib\/http-agents\.js$/ }, () => ({ contents: '' }))
  },
}

/** The program is a script of its own, which `compiled.cjs` loads in its place. */
const compiledElsewhere = {
  name: 'compiled elsewhere',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/program\.ts$/ }, () => ({ path: './program.js', external: true })),
}

// V8 tells a script from another by its length alone: no cache may outlive its script.
await rm('dist/cli/program.cache', { force: true })
await Promise.all([
  build({
    ...settings,
    ...asScript,
    entryPoints: ['src/cli/main.ts'],
    plugins: [compiledElsewhere],
  }),
  build({
    ...settings,
    ...asScript,
    entryPoints: ['src/cli/program.ts'],
    outExtension: { '.js': '.cjs' },
    plugins: [partsOfSsh2, readyMadeValidators],
    // Without its comments it is ASCII, which takes Node a quarter of the time to read.
    minifyWhitespace: true,
    lineLimit: 120,
  }),
  build({
    ...settings,
    entryPoints: ['src/cli/demo.ts', 'src/lab/cache/main.ts'],
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    // Bundled CommonJS modules ask for Node's own by it.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  }),
])
const outside = /.*[^\x00-\x7f].*/.exec(await readFile('dist/cli/program.cjs', 'utf8'))
if (outside !== null) throw new Error(`not ASCII, and to be written with \\u: ${outside[0]}`)
await copyFile('src/build/compiled.cjs', 'dist/cli/program.js')
await writeFile('dist/package.json', '{ "type": "commonjs" }\n')
await copyFile('src/lab/packages', 'dist/lab/packages')
await chmod('dist/cli/main.js', 0o755)
execFileSync(process.execPath, ['src/build/warm.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] })
