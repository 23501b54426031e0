/** A folder for the configuration of one test, and the files that tests read. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseDchatdCommand } from './command-line.ts'
import { loadDchatdConfig } from './load.ts'
import type { DchatdConfig } from './load.ts'

export const fixture = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')

export class ConfigResource implements Disposable {
  readonly home: string = mkdtempSync(join(tmpdir(), 'dchatd-config-'))

  get file(): string {
    return join(this.home, 'dchatd.toml')
  }

  write(text: string): void {
    writeFileSync(this.file, text)
  }

  load(...args: string[]): DchatdConfig {
    return this.loadWith({}, ...args)
  }

  /** With variables of the environment, too. */
  loadWith(env: NodeJS.ProcessEnv, ...args: string[]): DchatdConfig {
    return loadDchatdConfig(parseDchatdCommand(['--home', this.home, ...args]).flags, { env: { HOME: '/home/u', ...env } })
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true, force: true })
  }
}
