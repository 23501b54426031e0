/**
 * What of other people is in a program: the packages that its bundle holds, with their licences and the notices that have to go with
 * every copy. The list is made from the bundle, so that nothing can be in one without being in the other.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

export interface ThirdParty {
  readonly name: string
  readonly version: string
  /** SPDX identifier. */
  readonly licence: string
  /** What has to go with every copy. */
  readonly notice: string
}

/** In `dist` of each program. */
export const NOTICES_FILE: string = 'third-party-licences.txt'

/** Licences under which code may go into a program that is under the MIT licence, with its notice. Others take a decision. */
const COMPATIBLE: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Unicode-3.0',
])

const NOTICE_FILE = /^(?:licen[cs]e|copying|notice)(?:\.(?:md|txt))?$/i
const PACKAGE = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//
const UNICODE_DATA = /\/chat\/src\/identity\/confusables\.ts$/

/**
 * Sorted by name and version.
 * @param inputs files of a bundle, of a metafile of esbuild or of source maps, relative to `folder`
 * @throws {Error} for a package without a licence, or with one that does not go with ours
 */
export function thirdPartiesOf(inputs: Iterable<string>, folder: string): ThirdParty[] {
  const found = new Map<string, ThirdParty>()
  for (const input of inputs) {
    const path = resolve(folder, input)
    const party = UNICODE_DATA.test(path) ? unicodeData() : packageAt(PACKAGE.exec(path)?.[1])
    if (party === undefined) continue
    if (!COMPATIBLE.has(party.licence))
      throw new Error(`${idOf(party)} has the licence ${party.licence}: may it go into a program?`)
    found.set(idOf(party), party)
  }
  return [...found.keys()].toSorted().map((id) => found.get(id)!)
}

export function idOf({ name, version }: Pick<ThirdParty, 'name' | 'version'>): string {
  return `${name}@${version}`
}

/** The file that goes with a program. */
export function noticesText(parties: readonly ThirdParty[]): string {
  const head = 'This program holds code and data of others, each under the licence below.\n'
  const notices = parties.map((party) => `${'-'.repeat(80)}\n${idOf(party)} (${party.licence})\n\n${party.notice.trim()}\n`)
  return [head, ...notices].join('\n')
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly author?: string | { readonly name: string }
}

function packageAt(folder: string | undefined): ThirdParty | undefined {
  if (folder === undefined) return undefined
  const { name, version, license: licence, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  if (licence === undefined) throw new Error(`${name}@${version} has no licence`)
  const texts = readdirSync(folder)
    .filter((file) => NOTICE_FILE.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
  const who = typeof author === 'object' ? author.name : (author ?? `the authors of ${name}`)
  return { name, version, licence, notice: texts.length > 0 ? texts.join('\n\n') : textOf(licence, who) }
}

/** For packages that name their licence and have no text of it. */
function textOf(licence: string, who: string): string {
  if (licence !== 'MIT' && COMPATIBLE.has(licence)) throw new Error(`a package of ${who} comes without the text of its licence`)
  const own = readFileSync(new URL('../../LICENSE', import.meta.url), 'utf8')
  return own.replace(/^Copyright .*$/m, `Copyright (c) ${who}`)
}

function unicodeData(): ThirdParty {
  const notice = readFileSync(new URL('./unicode-license.txt', import.meta.url), 'utf8')
  return { name: 'confusables.txt of Unicode', version: '10', licence: 'Unicode-3.0', notice }
}
