/** A daemon whose RPC is open as that of the reference is, and who asks it. */
import { request } from 'node:http'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { IncomingMessage } from 'node:http'
import { DaemonNode, LineClient } from '@dchat/e2e'
import type { Answer } from '@dchat/e2e'

export class RpcStage implements AsyncDisposable {
  readonly node: DaemonNode
  readonly #port: number

  private constructor(node: DaemonNode, port: number) {
    this.node = node
    this.#port = port
  }

  /** One that takes raw lines without credentials, from this computer. */
  static async start(): Promise<RpcStage> {
    const node = await DaemonNode.running({ hasTcpRpc: true, config: { rpc: ['rpc_compat = true'] } })
    return new RpcStage(node, await node.rpcPort())
  }

  /** Sends bytes over a fresh connection and gives the next answer, then that to a ping; undefined: the connection ended instead. */
  async afterBytes(bytes: string | Uint8Array): Promise<{ answer: Answer; pong: Answer }> {
    await using client = await LineClient.connect({ host: '127.0.0.1', port: this.#port })
    client.write(bytes)
    const answer = await client.read().catch(() => undefined)
    const pong = answer === undefined ? undefined : await client.ask('ping', [], 'after').catch(() => undefined)
    return { answer, pong }
  }

  /** What a page of another site sends: no credentials, and its own origin. @returns the status */
  async askAsPage(body: string, headers: Readonly<Record<string, string>>): Promise<number> {
    const outgoing = request({ host: '127.0.0.1', port: this.#port, method: 'POST', agent: false, headers })
    outgoing.end(body)
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
    await text(answer)
    return answer.statusCode!
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.node[Symbol.asyncDispose]()
  }
}
