/** A lilith for one network, which tells a node to others as soon as it has probed it. */
import { join } from 'node:path';
import { dchatPaths } from '@dchat/rpc';
import { loopbackHost } from './addresses.ts';
import { connectSocket } from './connect-socket.ts';
import { Program } from './program.ts';
import { TempHome } from './temp-home.ts';
import { until } from './until.ts';
export class SeedNode {
    home;
    program;
    /** A client on its Unix socket. */
    client;
    /** The address it listens on for nodes. */
    url;
    constructor(parts) {
        this.home = parts.home;
        this.program = parts.program;
        this.client = parts.client;
        this.url = parts.url;
    }
    /** A seed that listens, probing a grey host every half second. @param rpc lines of its `[rpc]` table */
    static async started(rpc = ['rpc_listen = ""']) {
        const home = new TempHome();
        const config = [
            '[rpc]', ...rpc,
            '[network."e2e"]', `accept_addrs = ["tcp://${loopbackHost()}:0"]`, 'magic_bytes = [217, 239, 182, 125]', 'localnet = true',
            `hostlist = "${join(home.path, 'hostlist.tsv')}"`, `datastore = "${home.path}"`, 'greylist_refinery_interval = 0.5',
        ];
        home.write('lilith.toml', `${config.join('\n')}\n`);
        const program = new Program('lilith', ['--home', home.path]);
        try {
            const client = await until('lilith answers', () => {
                if (program.ending !== undefined)
                    throw new Error(`lilith ended: ${JSON.stringify(program.ending)}`);
                return connectSocket(join(dchatPaths({ home: home.path }).runtimeDir, 'lilith.sock'));
            });
            const url = await until('lilith listens', async () => {
                const [spawn] = (await client.call('spawns', [])).spawns;
                return spawn?.urls.find((candidate) => !candidate.includes(':0/'));
            });
            return new SeedNode({ home, program, client, url });
        }
        catch (error) {
            await program[Symbol.asyncDispose]();
            home[Symbol.dispose]();
            throw error;
        }
    }
    async [Symbol.asyncDispose]() {
        await this.client.close();
        await this.program[Symbol.asyncDispose]();
        this.home[Symbol.dispose]();
    }
}
