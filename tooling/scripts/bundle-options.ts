/** How the programs are bundled: packages of this repository from source, React and the like as they are in production. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildOptions, Plugin } from 'esbuild'

/**
 * The layout engine of the screen has its WebAssembly in a `data:` address, which it fetches: that loads the whole HTTP client of Node,
 * a seventh of the time to the first frame. Without `fetch` it decodes the same bytes itself.
 */
const decodesLayoutEngine: Plugin = {
  name: 'decodes-layout-engine',
  setup(bundler) {
    bundler.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8')
      const asks = '"function"!=typeof fetch'
      if (!contents.includes(asks)) throw new Error(`${path} loads its WebAssembly in another way than it did`)
      return { contents: contents.replaceAll(asks, 'true'), loader: 'js' }
    })
  },
}

export const BUNDLE_OPTIONS = {
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
  plugins: [decodesLayoutEngine],
  alias: { 'react-devtools-core': new URL('./empty-module.ts', import.meta.url).pathname },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
} as const satisfies BuildOptions

/** Where a program begins: its launcher starts with the guard, before it loads anything else. @param app the folder of the app */
export function entryPointsOf(app: string): { guard: string; main: string } {
  return { guard: '@dchat/system/guard', main: existsSync(join(app, 'src/main.tsx')) ? 'src/main.tsx' : 'src/main.ts' }
}
