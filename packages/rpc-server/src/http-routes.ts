/** What is answered where over HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { WebSocket } from '@fastify/websocket'
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { Answer } from './dispatcher.ts'
import { HINT, HTTP_REFUSALS, refusalBody, retryAfter, statusOf } from './http-answers.ts'
import type { HttpRefusal } from './http-answers.ts'
import { addPage } from './page-routes.ts'
import type { Readiness, RpcServerOptions } from './server-options.ts'

/** What the routes ask of the server. */
export interface RouteHandlers {
  call(body: Buffer, request: IncomingMessage): Promise<Pick<Answer, 'text' | 'retryMs'>>
  /** The answer is handed to the socket. */
  sent(request: IncomingMessage): void
  upgraded(ws: WebSocket, request: IncomingMessage): void
  /** Answers with a stream of events, or why there is none. */
  stream(params: Record<string, unknown>, request: IncomingMessage, response: ServerResponse): void
  readiness(): Readiness
  /** The secret of the session that the request has opened for a page. */
  session(request: IncomingMessage): string | undefined
}

export interface RoutesOptions {
  readonly serverInfo: { readonly name: string; readonly version: string }
  readonly page?: RpcServerOptions['page']
  readonly handlers: RouteHandlers
}

const OTHER_METHODS: HTTPMethods[] = ['DELETE', 'OPTIONS', 'PATCH', 'PUT']
const JSON_TYPE = 'application/json'
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'
const METRICS_REQUEST = Buffer.from('{"jsonrpc":"2.0","id":null,"method":"node.metrics"}')

export function addRoutes(app: FastifyInstance, options: RoutesOptions): void {
  addRpcRoutes(app, options)
  addProbes(app, options.handlers)
  addEvents(app, options.handlers)
  if (options.page !== undefined) addPage(app, options.page, options.handlers)
  for (const url of ['/livez', '/readyz', '/metrics', '/ws', '/events'])
    app.route({ method: [...OTHER_METHODS, 'POST'], url, handler: (_request, reply) => refuse(reply, HTTP_REFUSALS.getOnly) })
}

export function refuse(reply: FastifyReply, refusal: HttpRefusal): void {
  void reply
    .code(refusal.status)
    .headers(refusal.headers ?? {})
    .type(JSON_TYPE)
    .send(refusalBody(refusal))
}

function addRpcRoutes(app: FastifyInstance, { handlers, serverInfo }: RoutesOptions): void {
  app.get('/', (_request, reply) => {
    void reply.type(JSON_TYPE).send(JSON.stringify({ ...serverInfo, hint: HINT }))
  })
  app.post('/', async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const { text, retryMs } = await handlers.call(body, request.raw)
    if (retryMs !== undefined) reply.code(429).headers(retryAfter(retryMs))
    else if (text === undefined) reply.code(204)
    if (text === undefined) void reply.send()
    else void reply.type(JSON_TYPE).send(text)
    handlers.sent(request.raw)
    return reply
  })
  app.route({ method: OTHER_METHODS, url: '/', handler: (_request, reply) => refuse(reply, HTTP_REFUSALS.rpcMethod) })
  app.route({
    method: 'GET',
    url: '/ws',
    handler: (_request, reply) => refuse(reply, HTTP_REFUSALS.upgrade),
    wsHandler: (ws, request) => handlers.upgraded(ws, request.raw),
  })
}

function addProbes(app: FastifyInstance, handlers: RouteHandlers): void {
  app.get('/livez', (_request, reply) => {
    void reply.header('cache-control', 'no-store').type(JSON_TYPE).send('{"live":true}')
  })
  app.get('/readyz', (_request, reply) => {
    const readiness = handlers.readiness()
    const status = readiness.ready ? 200 : 503
    void reply.code(status).header('cache-control', 'no-store').type(JSON_TYPE).send(JSON.stringify(readiness))
  })
  app.get('/metrics', async (request, reply) => {
    const { text = '{}', retryMs } = await handlers.call(METRICS_REQUEST, request.raw)
    const { result, error } = JSON.parse(text) as { result?: string; error?: { code: number } }
    if (retryMs !== undefined) reply.headers(retryAfter(retryMs))
    if (result !== undefined) void reply.type(METRICS_TYPE).send(result)
    else
      void reply
        .code(error === undefined ? 500 : statusOf(error.code))
        .type(JSON_TYPE)
        .send(text)
    handlers.sent(request.raw)
    return reply
  })
}

function addEvents(app: FastifyInstance, handlers: RouteHandlers): void {
  app.get('/events', { exposeHeadRoute: false }, (request, reply) => {
    if (!takesEvents(request.headers.accept)) {
      refuse(reply, HTTP_REFUSALS.notAcceptable)
      return
    }
    reply.hijack()
    handlers.stream(subscriptionOf(request), request.raw, reply.raw)
  })
  app.head('/events', (_request, reply) => refuse(reply, HTTP_REFUSALS.getOnly))
}

function takesEvents(accept: string | undefined): boolean {
  return accept === undefined || accept.split(',').some((range) => /^\s*(\*\/\*|text\/(\*|event-stream))\s*(;|$)/i.test(range))
}

/** The query as parameters of `chat.subscribe`, which says what is wrong with them. */
function subscriptionOf(request: FastifyRequest): Record<string, unknown> {
  const query = request.query as Record<string, unknown>
  const last = request.headers['last-event-id']
  const since = last === undefined || last === '' ? query['since'] : last
  if (since === undefined) return { ...query }
  return { ...query, since: typeof since === 'string' && /^[0-9]{1,20}$/.test(since) ? Number(since) : since }
}
