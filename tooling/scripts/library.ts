/**
 * Builds one library into `dist/`: run in the package's folder. Each entry of its `exports` becomes one module and one file of types;
 * what is in `dependencies` is imported, what is in `devDependencies` (private packages of this repository above all) is taken in,
 * types too. Nothing is minified, so there are no source maps; comments stand in the types.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'tsdown'
import { NOTICES_FILE, noticesText, thirdPartiesOf } from './third-party.ts'

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly '@dchat/source': string; readonly default?: string }>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const { exports, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest

/** Source file by name in `dist`. What has no built form is for this repository only. */
const entry = Object.fromEntries(
  Object.values(exports).flatMap((target) =>
    typeof target === 'string' || target.default === undefined
      ? []
      : [[basename(target.default, '.js'), target['@dchat/source']] as const],
  ),
)

const { bundles } = await build({
  config: false,
  entry,
  tsconfig: 'tsconfig.build.json',
  platform: 'node',
  target: 'node24',
  fixedExtension: false,
  hash: false,
  logLevel: 'warn',
  failOnWarn: true,
  // What is marked `@internal` is for the package alone: it is left out of the types.
  dts: { generator: 'oxc', oxc: { stripInternal: true }, sourcemap: false },
  deps: { onlyBundle: Object.keys(devDependencies) },
  inputOptions: { resolve: { conditionNames: ['@dchat/source', 'import', 'node', 'default'] } },
  outputOptions: {
    comments: { jsdoc: false },
    minifyInternalExports: false,
    // What both entries use is one file.
    codeSplitting: {
      groups: [
        { name: 'core.d', test: /\.d\.ts$/, minShareCount: 2 },
        { name: 'core', minShareCount: 2 },
      ],
    },
  },
})

const inputs = bundles.flatMap(({ chunks }) => chunks.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : [])))
const parties = thirdPartiesOf(inputs, '.')
if (parties.length > 0) writeFileSync(join('dist', NOTICES_FILE), noticesText(parties))
