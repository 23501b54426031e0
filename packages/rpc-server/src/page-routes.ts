/** What is answered at `/net`: the page, which holds nothing of this node and is for anybody, and its sessions. */
import type { FastifyInstance } from 'fastify'
import { PAGE_PATH } from './http-gate.ts'
import type { RouteHandlers } from './http-routes.ts'
import type { RpcServerOptions } from './server-options.ts'

/** Beside the policy of the page: it is framed by nobody, shares no window or process with others, and is kept nowhere. */
const PAGE_HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

export function addPage(
  app: FastifyInstance,
  page: NonNullable<RpcServerOptions['page']>,
  handlers: Pick<RouteHandlers, 'session'>,
): void {
  app.get(PAGE_PATH, async (_request, reply) => {
    const { html, policy } = await page.load()
    return reply
      .headers({ ...PAGE_HEADERS, 'content-security-policy': policy })
      .type('text/html; charset=utf-8')
      .send(html)
  })
  app.post(PAGE_PATH, (request, reply) => {
    void reply
      .header('cache-control', 'no-store')
      .type('application/json')
      .send(JSON.stringify({ session: handlers.session(request.raw) }))
  })
}
