/** HTTP as scripts send it: by curl where there is one, and by node:http. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface HttpRequest {
  /** A Unix socket, or a port of 127.0.0.1, in TLS whose certificate is not looked at. */
  readonly at: { readonly socketPath: string } | { readonly port: number; readonly isSecured?: boolean }
  /** @default '/' */
  readonly path?: string
  /** Posted; without it the request is a GET. */
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** `user:password`, for Basic. */
  readonly user?: string
}

export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

export type HttpSender = (outgoing: HttpRequest) => Promise<HttpAnswer>

/** What this machine has, by name. */
export const HTTP_SENDERS: readonly (readonly [name: string, send: HttpSender])[] = [
  ...(spawnSync('curl', ['--version']).status === 0 ? [['curl', sendByCurl] as const] : []),
  ['node:http', sendByNode],
]

export async function sendByCurl({ at, path = '/', body, headers = {}, user }: HttpRequest): Promise<HttpAnswer> {
  const child = spawn('curl', [
    '--silent',
    '--show-error',
    '--max-time',
    '60',
    '--write-out',
    '\n%{http_code}',
    ...('socketPath' in at ? ['--unix-socket', at.socketPath] : []),
    ...(body === undefined ? [] : ['--data-binary', '@-']),
    ...(user === undefined ? [] : ['--user', user]),
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
    ...('port' in at && at.isSecured === true ? ['--insecure'] : []),
    `${'port' in at && at.isSecured === true ? 'https' : 'http'}://${'port' in at ? `127.0.0.1:${at.port}` : 'localhost'}${path}`,
  ])
  child.stdin.on('error', () => {}) // curl stops reading once it is refused
  child.stdin.end(body)
  const [answer, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const end = answer.lastIndexOf('\n')
  const status = Number(answer.slice(end + 1))
  if (status === 0) throw new Error(`curl: ${errors}`)
  return { status, body: answer.slice(0, end) }
}

export async function sendByNode({ at, path = '/', body, headers = {}, user }: HttpRequest): Promise<HttpAnswer> {
  const place = 'socketPath' in at ? at : { host: '127.0.0.1', port: at.port }
  const outgoing = request({
    ...place,
    path,
    agent: false,
    headers,
    method: body === undefined ? 'GET' : 'POST',
    ...(user === undefined ? {} : { auth: user }),
  })
  outgoing.end(body)
  const [answer] = await once(outgoing, 'response')
  return { status: answer.statusCode as number, body: await text(answer) }
}
