/**
 * Bundles one app into `dist/`: run in the app's folder. Packages of this repository are taken from source and
 * bundled, so that a program starts with one file read instead of hundreds; lazily imported parts become chunks. Which commit is
 * built comes in the environment, BUILD_COMMIT, so that the cache of builds knows of it.
 */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { BUNDLE_OPTIONS, entryPointsOf } from './bundle-options.ts'
import { NOTICES_FILE, noticesText, thirdPartiesOf } from './third-party.ts'

/**
 * Chunks of earlier builds stay this long: a program that still runs from one loads its chunks when it first needs them. Their
 * names hold a hash of their content, so builds do not meet.
 */
const KEPT_MS = 7 * 24 * 3_600_000

const { metafile } = await build({
  ...BUNDLE_OPTIONS,
  entryPoints: entryPointsOf('.'),
  outdir: 'dist',
  define: { ...BUNDLE_OPTIONS.define, BUILD_COMMIT: JSON.stringify(process.env['BUILD_COMMIT'] || null) },
  metafile: true,
})

// A package holds its manual pages itself: those of docs/man that its package.json names.
const { man = [] } = JSON.parse(readFileSync('package.json', 'utf8')) as { man?: string[] }
mkdirSync('dist/man', { recursive: true })
for (const page of man) copyFileSync(new URL(`../../docs/man/${basename(page)}`, import.meta.url), page)

writeFileSync(`dist/${NOTICES_FILE}`, noticesText(thirdPartiesOf(Object.keys(metafile.inputs), '.')))

const current = new Set(['man', NOTICES_FILE, ...Object.keys(metafile.outputs).map((path) => basename(path))])
for (const name of readdirSync('dist')) {
  const path = join('dist', name)
  if (!current.has(name) && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true })
}
