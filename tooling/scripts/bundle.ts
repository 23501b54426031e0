/**
 * Bundles one app into `dist/`: run in the app's folder. Packages of this repository are taken from source and
 * bundled, so that a program starts with one file read instead of hundreds; lazily imported parts become chunks.
 */
import { rmSync } from 'node:fs'
import { existsSync } from 'node:fs'
import { build } from 'esbuild'

const entry = existsSync('src/main.tsx') ? 'src/main.tsx' : 'src/main.ts'
rmSync('dist', { recursive: true, force: true })
await build({
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
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  alias: { 'react-devtools-core': new URL('./empty-module.ts', import.meta.url).pathname },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})
