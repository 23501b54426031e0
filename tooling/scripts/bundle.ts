/**
 * Bundles one app into `dist/`: run in the app's folder. Packages of this repository are taken from source and
 * bundled, so that a program starts with one file read instead of hundreds; lazily imported parts become chunks.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

/**
 * Chunks of earlier builds stay this long: a program that still runs from one loads its chunks when it first needs them. Their
 * names hold a hash of their content, so builds do not meet.
 */
const KEPT_MS = 7 * 24 * 3_600_000

/** The commit that is built, with `-dirty` when files were changed; null outside of a checkout. */
function commitHere(): string | null {
  const { status, stdout } = spawnSync('git', ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], {
    encoding: 'utf8',
  })
  return status === 0 ? stdout.trim() : null
}

const entry = existsSync('src/main.tsx') ? 'src/main.tsx' : 'src/main.ts'
const { metafile } = await build({
  entryPoints: { main: entry },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  conditions: ['@dchat/source'],
  sourcemap: true,
  jsx: 'automatic',
  legalComments: 'none',
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
    BUILD_COMMIT: JSON.stringify(commitHere()),
  },
  alias: { 'react-devtools-core': new URL('./empty-module.ts', import.meta.url).pathname },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
  metafile: true,
})

const current = new Set(Object.keys(metafile.outputs).map((path) => basename(path)))
for (const name of readdirSync('dist')) {
  const path = join('dist', name)
  if (!current.has(name) && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true })
}
