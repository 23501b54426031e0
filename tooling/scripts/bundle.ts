/**
 * Bundles one app into `dist/`: run in the app's folder. Packages of this repository are taken from source and
 * bundled, so that a program starts with one file read instead of hundreds; lazily imported parts become chunks.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { BUNDLE_OPTIONS } from './bundle-options.ts'

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
  ...BUNDLE_OPTIONS,
  // The launcher starts with the guard, before it loads anything else.
  entryPoints: { guard: '@dchat/system/guard', main: entry },
  outdir: 'dist',
  define: { ...BUNDLE_OPTIONS.define, BUILD_COMMIT: JSON.stringify(commitHere()) },
  metafile: true,
})

// A package holds its manual pages itself: those of docs/man that its package.json names.
const { man = [] } = JSON.parse(readFileSync('package.json', 'utf8')) as { man?: string[] }
mkdirSync('dist/man', { recursive: true })
for (const page of man) copyFileSync(new URL(`../../docs/man/${basename(page)}`, import.meta.url), page)

const current = new Set(['man', ...Object.keys(metafile.outputs).map((path) => basename(path))])
for (const name of readdirSync('dist')) {
  const path = join('dist', name)
  if (!current.has(name) && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true })
}
