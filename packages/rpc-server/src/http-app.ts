/** The Fastify application: `POST /` takes JSON-RPC, `/ws` WebSocket, everything else is told where to go. */
import type { Duplex } from 'node:stream'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fastify } from 'fastify'
import type { FastifyError, FastifyInstance, FastifyReply, HTTPMethods } from 'fastify'
import websocket from '@fastify/websocket'
import type { WebSocket } from '@fastify/websocket'
import { HTTP_REFUSALS, rawHttpAnswer, refusalBody } from './http-answers.ts'
import type { HttpRefusal } from './http-answers.ts'
import type { RpcLimits } from './limits.ts'

/** What the application asks and tells for each request. */
export interface HttpHandlers {
  /** The headers have come: undefined lets the request in. */
  begin(request: IncomingMessage, response: ServerResponse): HttpRefusal | undefined
  /** The body has come, or there is none. */
  bodyCame(request: IncomingMessage): void
  /** The answer as JSON, undefined when there is none. */
  call(body: Buffer, request: IncomingMessage): Promise<string | undefined>
  /** The answer is handed to the socket. */
  sent(request: IncomingMessage): void
  upgraded(ws: WebSocket, request: IncomingMessage): void
  /** Something is wrong with us, not with the request. */
  failed(error: unknown): void
}

export interface HttpAppOptions {
  readonly limits: RpcLimits
  readonly serverInfo: { readonly name: string; readonly version: string }
  readonly handlers: HttpHandlers
}

/** Fragments of one WebSocket message, and chunks it may come in: far more than a sane client uses for 1 MiB. */
const MAX_WS_FRAGMENTS = 1_024
const MAX_WS_CHUNKS = 8_192
const OTHER_METHODS: HTTPMethods[] = ['DELETE', 'OPTIONS', 'PATCH', 'PUT']
const JSON_TYPE = 'application/json'

export async function createHttpApp(options: HttpAppOptions): Promise<FastifyInstance> {
  const { limits } = options
  const app = fastify({
    bodyLimit: limits.maxRequestBytes,
    forceCloseConnections: true,
    clientErrorHandler: answerClientError,
    // Node applies these two to servers that listen themselves; connections handed over are bounded by HttpSocket as well.
    requestTimeout: limits.bodyMs,
    keepAliveTimeout: Math.max(1_000, limits.headersMs - 1_000), // told to clients: a second before HttpSocket ends a connection
    // An offer of another protocol (curl --http2) may be left unanswered: the request itself is answered then.
    http: { headersTimeout: limits.headersMs, shouldUpgradeCallback: isWebSocketOffer },
  })
  await app.register(websocket, {
    options: {
      maxPayload: limits.maxRequestBytes,
      perMessageDeflate: false,
      maxFragments: MAX_WS_FRAGMENTS,
      maxBufferedChunks: MAX_WS_CHUNKS,
    },
    errorHandler: (_error, ws) => ws.terminate(), // a client's broken frame ends its connection
    preClose: (done) => done(), // the server has ended its connections by then
  })
  addHooks(app, options.handlers)
  addRoutes(app, options)
  await app.ready()
  return app
}

function isWebSocketOffer(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket'
}

function addHooks(app: FastifyInstance, handlers: HttpHandlers): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', (request, reply, done) => {
    const refusal = handlers.begin(request.raw, reply.raw)
    if (refusal === undefined) done()
    else refuse(reply, refusal)
  })
  app.addHook('preValidation', (request, _reply, done) => {
    handlers.bodyCame(request.raw)
    done()
  })
  app.setNotFoundHandler((_request, reply) => refuse(reply, HTTP_REFUSALS.notFound))
  app.setErrorHandler((error: FastifyError, _request, reply) => refuse(reply, refusalOf(error, handlers)))
}

function addRoutes(app: FastifyInstance, { handlers, serverInfo }: HttpAppOptions): void {
  app.get('/', (_request, reply) => {
    void reply.type(JSON_TYPE).send(JSON.stringify({ ...serverInfo, hint: 'POST JSON-RPC 2.0 to /, or open a WebSocket at /ws' }))
  })
  app.post('/', async (request, reply) => {
    const text = await handlers.call(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0), request.raw)
    if (text === undefined) void reply.code(204).send()
    else void reply.type(JSON_TYPE).send(Buffer.from(text))
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
  app.route({
    method: [...OTHER_METHODS, 'POST'],
    url: '/ws',
    handler: (_request, reply) => refuse(reply, HTTP_REFUSALS.wsMethod),
  })
}

function refuse(reply: FastifyReply, refusal: HttpRefusal): void {
  void reply
    .code(refusal.status)
    .headers(refusal.headers ?? {})
    .type(JSON_TYPE)
    .send(refusalBody(refusal))
}

function refusalOf(error: FastifyError, handlers: HttpHandlers): HttpRefusal {
  const status = error.statusCode ?? 500
  if (status === 413) return HTTP_REFUSALS.tooLarge
  if (status === 415) return HTTP_REFUSALS.contentType
  if (status < 500) return HTTP_REFUSALS.badRequest
  handlers.failed(error)
  return HTTP_REFUSALS.failed
}

/** What Node's parser refuses never becomes a request. */
function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  if (error.code === 'HPE_HEADER_OVERFLOW') socket.end(rawHttpAnswer(HTTP_REFUSALS.headersTooLarge))
  else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') socket.end(rawHttpAnswer(HTTP_REFUSALS.timeout))
  else socket.end(rawHttpAnswer(HTTP_REFUSALS.badRequest))
}
