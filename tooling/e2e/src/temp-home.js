/** A folder for one program's files, as `--home` takes it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dchatPaths } from '@dchat/rpc';
export class TempHome {
    path = mkdtempSync(join(tmpdir(), 'dchat-e2e-'));
    get paths() {
        return dchatPaths({ home: this.path });
    }
    /** @returns the file's path */
    write(name, text) {
        const path = join(this.path, name);
        writeFileSync(path, text, { mode: 0o600 });
        return path;
    }
    [Symbol.dispose]() {
        rmSync(this.path, { recursive: true, force: true });
    }
}
