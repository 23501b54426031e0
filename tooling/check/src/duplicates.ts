/** Duplicates of six lines or more, found by jscpd: what of them is listed, and what is not. */
import { execFileSync } from 'node:child_process'
import { mkdtempDisposableSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AlikePair } from './alike.ts'
import type { Finding } from './finding.ts'

/** One place of a pair, as jscpd reports it. */
export interface ClonePlace {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** A pair of places, as jscpd reports it. */
export interface Clone {
  readonly lines: number
  readonly firstFile: ClonePlace
  readonly secondFile: ClonePlace
}

/** What jscpd finds in a folder, with the settings in a file. */
export function readClones(folder: string, settings: string): readonly Clone[] {
  using out = mkdtempDisposableSync(join(tmpdir(), 'dchat-check-'))
  const args = ['--config', settings, '--reporters', 'json', '--output', out.path, '.']
  execFileSync('jscpd', args, { cwd: folder, stdio: 'ignore' })
  return (JSON.parse(readFileSync(join(out.path, 'jscpd-report.json'), 'utf8')) as { duplicates: readonly Clone[] }).duplicates
}

/** A finding for each pair that is not listed, and for each entry of the list that nothing is left of. */
export function judgeClones(clones: readonly Clone[], alike: readonly AlikePair[]): Finding[] {
  const unused = new Set(alike)
  const findings: Finding[] = []
  for (const { lines, firstFile, secondFile } of clones) {
    const entry = alike.find(({ files }) => keyOf(files) === keyOf([firstFile.name, secondFile.name]))
    if (entry !== undefined) {
      unused.delete(entry)
      continue
    }
    const { name, start, end } = secondFile
    const text = `${lines} lines stand in ${name}:${start}-${end} as well: give them one home, or list the pair in tooling/check/src/alike.ts with a reason`
    findings.push({ file: firstFile.name, line: firstFile.start, text })
  }
  for (const { files } of unused) {
    findings.push({ file: 'tooling/check/src/alike.ts', text: `${files.join(' and ')} are no longer alike: take the entry out` })
  }
  return findings
}

function keyOf(files: readonly [string, string]): string {
  return [...files].sort().join('\n')
}
