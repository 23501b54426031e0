/** Configuration files as people, and disks, leave them. Facts: docs/configuration.md. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, TomlTable, parseToml } from '@dchat/config'
import { isNetError } from '@dchat/net'
import { defaultConfigText, loadDchatdConfig, parseDchatdCommand } from 'dchatd/config'
import { TAKEN, attempt, must } from '../fuzz-target.ts'
import type { FuzzTarget } from '../fuzz-target.ts'

const PIECES = [
  ...['[net]', '[[net]]', '[net.profiles."tcp"]', '[rpc]', '[store]', '[chat]', '[log]', 'seeds = ', 'inbound = ', 'a.b.c = '],
  ...['"""', "'''", '"', "'", '=', '#', '\n', '\r\n', '[', ']', '{', '}', ',', '.', '\\', '\\u0000', '\\U0010ffff', '\ufeff'],
  ...['0x', '1e9', '-0', 'inf', 'nan', '1979-05-27', '07:32:00Z', '9223372036854775807', 'true', '__proto__ = 1', '1_000'],
]
const SAMPLES = [
  '',
  '[net]\nlocalnet = true\noutbound_connections = 8\nseeds = ["tcp://127.0.0.1:26661"]\n',
  '[net]\ninbound = [\n  "tcp://0.0.0.0:26662", # here\n  "tcp+tls://[::]:26663",\n]\nmagic_bytes = [217, 239, 182, 125]\n',
  '[net.profiles."tcp"]\nchannel_heartbeat_interval = 30.5\n[rpc]\nrpc_listen = "tcp://127.0.0.1:0"\nrpc_disabled_methods = ["send"]\n',
  '[store]\nmax_bytes = 1_073_741_824\nmax_age_days = 365\n[chat]\nkeep = "joined"\nrate_limit = 50\n[log]\nlevel = "debug"\n',
  'net.localnet = true\nrpc = { rpc_listen = "", rpc_compat = false }\n[[other]]\na = """\nb"""\n[[other]]\nc = \'\'\'d\'\'\'\n',
]

const pieces = PIECES.map((text) => Buffer.from(text))
const seeds = (): Buffer[] => [...SAMPLES, defaultConfigText()].map((text) => Buffer.from(text))

/** Why a text is no TOML; it is said in one line that names the file, and the line where there is one. */
function refusal(error: unknown): string | undefined {
  if (!(error instanceof ConfigError)) return undefined
  const { code, message, data } = error
  must(
    !/[\r\n]/.test(message) && message.includes(data.file),
    () => `a message that does not say where, or in more than a line: ${message}`,
  )
  must(data.line === null || data.line >= 1, () => `line ${data.line}`)
  return code
}

/** Each value has a line of its own, and each is found. */
function checkPlaces(table: TomlTable, lines: number): void {
  for (const key of table.keys) {
    const line = table.lineOf(key)
    must(line !== null && line >= 1 && line <= lines, () => `${JSON.stringify(key)} stands on line ${line} of ${lines}`)
    const value = table.value(key)
    if (isTable(value)) checkPlaces(table.table(key)!, lines)
  }
}

const isTable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

export const TOML: FuzzTarget = {
  name: 'toml',
  share: 4,
  maxBytes: 40_000,
  pieces,
  seeds,
  open: () => ({
    tryOut: (input) => {
      const text = input.toString()
      const parsed = attempt(() => parseToml(text, 'a.toml'), refusal)
      if ('refused' in parsed) return parsed.refused
      checkPlaces(parsed.value, text.split('\n').length)
      return `${TAKEN} ${Math.min(parsed.value.keys.length, 9)}`
    },
  }),
}

/** The whole configuration of dchatd, from a file on a disk. */
export const CONFIGURATION: FuzzTarget = {
  name: 'configuration',
  share: 0.5,
  maxBytes: 20_000,
  pieces,
  seeds,
  open: () => {
    const folder = mkdtempSync(join(tmpdir(), 'dchat-fuzz-'))
    const config = join(folder, 'dchatd.toml')
    const { flags } = parseDchatdCommand(['--home', folder, '--config', config])
    return {
      tryOut: (input) => {
        writeFileSync(config, input)
        const loaded = attempt(
          () => loadDchatdConfig(flags, { env: { HOME: folder }, isReadOnly: true }),
          (error) => (isNetError(error, 'NET_SETTINGS_INVALID') ? `${error.data.key}: ${error.data.reason}` : refusal(error)),
        )
        if ('refused' in loaded) return loaded.refused
        const { warnings } = loaded.value
        must(
          warnings.every((each) => !/[\r\n]/.test(each)),
          () => `a warning in more than a line: ${warnings.join(' / ')}`,
        )
        return `${TAKEN} ${Math.min(warnings.length, 9)} warnings`
      },
      close: () => rmSync(folder, { recursive: true, force: true }),
    }
  },
}
