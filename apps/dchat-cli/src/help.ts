/** What --help and `help` print. */
import { helpEntries, helpParagraphs, optionEntries } from '@dchat/manual'
import { COMMANDS } from './command-list.ts'
import type { Command } from './command.ts'
import { EXIT_CODES } from './exit.ts'
import { GLOBAL_OPTIONS } from './global-options.ts'

/** `dchat-cli --help`. */
export function overview(): string {
  return [
    'Usage: dchat-cli COMMAND [OPTIONS]',
    '       dchat-cli METHOD [NAME=VALUE…] [OPTIONS]',
    '',
    'Scripts a running dchatd.',
    '',
    'Commands:',
    ...helpEntries(COMMANDS.map(({ usage, summary }) => [usage, summary])),
    '',
    ...helpParagraphs('Every method of the daemon is a command too: "dchat-cli methods" lists them.'),
    '',
    ...globalHelp(),
  ].join('\n')
}

/** `dchat-cli COMMAND --help`. */
export function helpOf({ usage, summary, text, entries = [], results = [], options }: Command): string {
  const firstLine = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}${summary.endsWith('.') ? '' : '.'}`
  return [
    `Usage: dchat-cli ${usage}`,
    '',
    ...helpParagraphs(text === '' ? firstLine : `${firstLine}\n\n${text}`),
    ...(entries.length === 0 ? [] : ['', ...helpEntries(entries)]),
    ...(results.length === 0 ? [] : ['', 'Fields of the result:', ...helpEntries(results)]),
    ...(options.length === 0 ? [] : ['', ...helpEntries(optionEntries(options))]),
    '',
    ...globalHelp(),
  ].join('\n')
}

function globalHelp(): string[] {
  const codes = EXIT_CODES.map(([code, meaning]) => `${code} ${meaning}`).join(', ')
  return [
    'Options of every command:',
    ...helpEntries(optionEntries(GLOBAL_OPTIONS)),
    '',
    ...helpParagraphs(`Exit codes: ${codes}.`),
  ]
}
