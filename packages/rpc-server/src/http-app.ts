/** The Fastify application: its bounds, and what is asked before a route is. */
import type { Duplex } from 'node:stream'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fastify } from 'fastify'
import type { FastifyError, FastifyInstance } from 'fastify'
import websocket from '@fastify/websocket'
import { HTTP_REFUSALS, rawHttpAnswer } from './http-answers.ts'
import type { HttpRefusal } from './http-answers.ts'
import { readBody } from './http-body.ts'
import { addRoutes, refuse } from './http-routes.ts'
import type { RouteHandlers, RoutesOptions } from './http-routes.ts'
import type { RpcLimits } from './limits.ts'

/** What the application asks and tells for each request. */
export interface HttpHandlers extends RouteHandlers {
  /** The headers have come: undefined lets the request in. */
  begin(request: IncomingMessage, response: ServerResponse): HttpRefusal | undefined
  /** The body has come, or there is none. */
  bodyCame(request: IncomingMessage): void
  /** Something is wrong with us, not with the request. */
  failed(error: unknown): void
}

export interface HttpAppOptions extends RoutesOptions {
  readonly limits: RpcLimits
  readonly handlers: HttpHandlers
}

export async function createHttpApp(options: HttpAppOptions): Promise<FastifyInstance> {
  const { limits } = options
  const app = fastify({
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
      maxFragments: limits.maxWsFragments,
      maxBufferedChunks: limits.maxWsChunks,
    },
    errorHandler: (_error, ws) => ws.terminate(), // a client's broken frame ends its connection
    preClose: (done) => done(), // the server has ended its connections by then
  })
  addHooks(app, options)
  addRoutes(app, options)
  await app.ready()
  return app
}

function isWebSocketOffer(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket'
}

function addHooks(app: FastifyInstance, { handlers, limits }: HttpAppOptions): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => readBody(payload, limits.maxRequestBytes, done))
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

function refusalOf(error: FastifyError, handlers: HttpHandlers): HttpRefusal {
  const status = error.statusCode ?? 500
  if (status === 413) return HTTP_REFUSALS.tooLarge
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
