import type { IncomingMessage } from 'node:http'
import { GatheredBytes } from '@dchat/rpc'
import { errorCodes } from 'fastify'

/**
 * Reads the body of a request. Its chunks are not kept: of a client that sends byte by byte, hundreds of bytes would be kept for each
 * of them.
 * @param done is called once: with why there is none, `FST_ERR_CTP_BODY_TOO_LARGE` as soon as that is known, or with the body
 */
export function readBody(request: IncomingMessage, maxBytes: number, done: (error: Error | null, body?: Buffer) => void): void {
  const body = new GatheredBytes(maxBytes)
  const end = (error: Error | null): void => {
    request.off('data', take).off('end', finish).off('error', fail)
    if (error === null) done(null, body.take())
    else done(error)
  }
  const take = (chunk: Buffer): void => {
    if (body.length + chunk.length > maxBytes) end(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE())
    else body.add(chunk)
  }
  const finish = (): void => end(null)
  const fail = (error: Error): void => end(Object.assign(error, { statusCode: 400 })) // the client's doing
  if (Number(request.headers['content-length']) > maxBytes) done(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE())
  else request.on('data', take).on('end', finish).on('error', fail)
}
