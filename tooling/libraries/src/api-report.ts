/** What a library promises, as text: every public name with its type, as its built types have it. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import type { ExtractorMessage } from '@microsoft/api-extractor'
import { TSDocConfigFile } from '@microsoft/tsdoc-config'
import type { Entry } from './libraries.ts'

export interface ApiReport {
  readonly text: string
  /** A name that is used and not exported, a member without a comment, a comment that is no TSDoc. */
  readonly problems: readonly Problem[]
}

export interface Problem {
  readonly id: string
  /** Where in the built types, and what it is. */
  readonly text: string
}

/** As the extractor names it when it is told `report`. */
const REPORT_FILE = 'report.api.md'

/** TSDoc, and the one tag that this repository has beside it: `@default`, which says the value of what is left out. */
const TSDOC = TSDocConfigFile.loadFromObject({
  $schema: 'https://developer.microsoft.com/json-schemas/tsdoc/v0/tsdoc.schema.json',
  tagDefinitions: [{ tagName: '@default', syntaxKind: 'block', allowMultiple: true }],
})

/** Reads the built types of an entry. @throws {Error} when they are not there */
export function apiReport(entry: Entry): ApiReport {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-api-'))
  const problems: Problem[] = []
  try {
    Extractor.invoke(configFor(entry, folder), {
      localBuild: true,
      messageCallback: (message) => {
        if (isProblem(message)) problems.push({ id: message.messageId, text: textOf(message) })
        message.handled = true
      },
    })
    return { text: readFileSync(join(folder, REPORT_FILE), 'utf8'), problems }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The report as it stands in the repository; empty when there is none. */
export function reportAsItIs({ folder, report }: Entry): string {
  const path = join(folder, report)
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

function configFor({ folder: projectFolder, types }: Entry, folder: string): ExtractorConfig {
  const file = join(projectFolder, types)
  const told = { logLevel: ExtractorLogLevel.Warning }
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
  }
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(projectFolder, 'package.json'),
    tsdocConfigFile: TSDOC,
    configObject: {
      projectFolder,
      mainEntryPointFilePath: file,
      compiler: { overrideTsconfig: { files: [file], compilerOptions } },
      apiReport: { enabled: true, reportFolder: folder, reportTempFolder: folder, reportFileName: 'report' },
      messages: {
        compilerMessageReporting: { default: told },
        extractorMessageReporting: {
          default: told,
          'ae-undocumented': told,
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: { default: told },
      },
    },
  })
}

function isProblem({ logLevel }: ExtractorMessage): boolean {
  return logLevel === ExtractorLogLevel.Warning || logLevel === ExtractorLogLevel.Error
}

function textOf({ messageId, text, sourceFilePath = '', sourceFileLine = 0 }: ExtractorMessage): string {
  return `${basename(sourceFilePath)}:${sourceFileLine} ${messageId}: ${text}`
}
