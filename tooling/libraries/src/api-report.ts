/** What a library promises, as text: every public name with its types, as the built files of types have it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import type { ExtractorMessage } from '@microsoft/api-extractor'
import type { Entry } from './libraries.ts'

export interface ApiReport {
  readonly text: string
  /** What is wrong with the surface: a name that is used and not exported, a member without a comment, a comment that is no TSDoc. */
  readonly problems: readonly string[]
}

const REPORT_FILE = 'report.api.md'

/** Reads the built types of an entry: build first. */
export function apiReport(entry: Entry): ApiReport {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-api-'))
  const problems: string[] = []
  try {
    Extractor.invoke(configFor(entry, folder), {
      localBuild: true,
      messageCallback: (message) => {
        if (message.logLevel === ExtractorLogLevel.Warning || message.logLevel === ExtractorLogLevel.Error)
          problems.push(textOf(message))
        message.handled = true
      },
    })
    return { text: readFileSync(join(folder, REPORT_FILE), 'utf8'), problems }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function configFor(entry: Entry, folder: string): ExtractorConfig {
  const report = { logLevel: ExtractorLogLevel.Warning }
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(entry.folder, 'package.json'),
    configObject: {
      projectFolder: entry.folder,
      mainEntryPointFilePath: entry.types,
      compiler: {
        overrideTsconfig: {
          files: [entry.types],
          compilerOptions: {
            target: 'es2024',
            lib: ['es2024', 'esnext.disposable'],
            module: 'nodenext',
            types: ['node'],
            strict: true,
            skipLibCheck: true,
          },
        },
      },
      apiReport: { enabled: true, reportFolder: folder, reportTempFolder: folder, reportFileName: REPORT_FILE, includeForgottenExports: false },
      messages: {
        compilerMessageReporting: { default: report },
        extractorMessageReporting: {
          default: report,
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          'ae-undocumented': report,
        },
        tsdocMessageReporting: { default: report },
      },
    },
  })
}

function textOf({ messageId, text, sourceFilePath = '', sourceFileLine }: ExtractorMessage): string {
  return `${basename(sourceFilePath)}:${sourceFileLine ?? 0} ${messageId}: ${text}`
}
