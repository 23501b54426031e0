/** A folder for one program's files, as `--home` takes it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dchatPaths } from '@dchat/rpc'
import type { DchatPaths } from '@dchat/rpc'

export class TempHome implements Disposable {
  readonly path: string

  /** @param parent where the folder is made. @default the folder for temporary files */
  constructor(parent: string = tmpdir()) {
    this.path = mkdtempSync(join(parent, 'dchat-e2e-'))
  }

  get paths(): DchatPaths {
    return dchatPaths({ home: this.path })
  }

  /** @returns the file's path */
  write(name: string, text: string): string {
    const path = join(this.path, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
