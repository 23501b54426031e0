/** docs/licences.md: what of others is in the programs, found by bundling them. */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { BUNDLE_OPTIONS, entryPointsOf } from '@dchat/scripts/bundle-options'
import { idOf, thirdPartiesOf } from '@dchat/scripts/third-party'
import type { ThirdParty } from '@dchat/scripts/third-party'
import type { PrintedDocument } from './printed-document.ts'

const PROGRAMS = ['dchatd', 'dchat-tui', 'dchat-cli', 'lilith'] as const

/** What a program holds, as its build has it; nothing is written. */
async function partsOf(program: string): Promise<ThirdParty[]> {
  const app = fileURLToPath(new URL(`../../../apps/${program}`, import.meta.url))
  const { metafile } = await build({
    ...BUNDLE_OPTIONS,
    entryPoints: entryPointsOf(app),
    absWorkingDir: app,
    outdir: 'dist',
    sourcemap: false,
    write: false,
    metafile: true,
  })
  return thirdPartiesOf(Object.keys(metafile.inputs), app)
}

async function packageTable(): Promise<string> {
  const parties = new Map<string, ThirdParty>()
  const programsOf = new Map<string, string[]>()
  for (const program of PROGRAMS)
    for (const party of await partsOf(program)) {
      parties.set(idOf(party), party)
      programsOf.set(idOf(party), [...(programsOf.get(idOf(party)) ?? []), program])
    }
  const rows = [...parties].toSorted(([one], [other]) => (one < other ? -1 : 1))
  const lines = rows.map(
    ([id, { name, version, licence }]) => `| ${name} | ${version} | ${licence} | ${programsOf.get(id)!.join(', ')} |`,
  )
  return ['| package | version | licence | in |', '|---|---|---|---|', ...lines, ''].join('\n')
}

export const LICENCES: readonly PrintedDocument[] = [{ file: 'docs/licences.md', marker: 'packages', text: packageTable }]
