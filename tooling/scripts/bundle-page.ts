/**
 * Bundles a page into `dist/index.js`, as text: run in its package's folder. Script and styles stand in the document, so that it is
 * one answer and its policy can name them by their hashes; nothing else may run in it.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import type { BuildOptions } from 'esbuild'

const OPTIONS = {
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  platform: 'browser',
  target: 'es2023',
  conditions: ['@dchat/source'],
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions

async function textOf(entry: string): Promise<string> {
  const { outputFiles } = await build({ ...OPTIONS, entryPoints: [entry] })
  return outputFiles[0]!.text.trim()
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const script = await textOf('src/main.ts')
const style = await textOf('src/page.css')
const html = readFileSync('src/page.html', 'utf8')
  .replace('<style></style>', () => `<style>${style}</style>`)
  .replace('<script></script>', () => `<script>${script}</script>`)
const policy = [
  `default-src 'none'`,
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  `connect-src 'self'`,
  `img-src data:`, // its icon
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
  `require-trusted-types-for 'script'`,
  `trusted-types 'none'`,
].join('; ')

mkdirSync('dist', { recursive: true })
writeFileSync('dist/index.js', `export const NET_PAGE = ${JSON.stringify({ html, policy })}\n`)
