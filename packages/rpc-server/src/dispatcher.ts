/** Runs requests: json-rpc-2.0 finds and calls the method; around it the strict envelope, authorisation, bounds, our errors. */
import { createJSONRPCErrorResponse, JSONRPCServer } from 'json-rpc-2.0'
import type { JSONRPCErrorResponse, JSONRPCRequest } from 'json-rpc-2.0'
import { RpcError, rpcError } from '@dchat/rpc'
import { bindParams } from '@dchat/rpc/schemas'
import type { MethodSpec } from '@dchat/rpc/schemas'
import type { Logger } from '@dchat/system'
import { readEnvelope } from './envelope.ts'
import type { Entry, RequestId, RpcRequest } from './envelope.ts'
import { giveTurn } from './in-flight.ts'
import type { InFlight } from './in-flight.ts'
import type { RpcLimits } from './limits.ts'
import type { Method, MethodTable, RpcConnection, RpcContext } from './methods.ts'

/** Who asks. */
export interface Caller {
  readonly connection: RpcConnection
  readonly signal: AbortSignal
  readonly inFlight: InFlight
  /** Undefined when it may call methods, else what it has to do first. */
  readonly refusal: () => RpcError | undefined
}

export interface Answer {
  /** JSON, or undefined when there is nothing to answer. */
  readonly text: string | undefined
  /** To be run once the answer is on its way. */
  readonly after: readonly (() => void)[]
}

export interface DispatcherOptions {
  readonly methods: MethodTable
  readonly disabledMethods: readonly string[]
  readonly limits: RpcLimits
  readonly logger: Logger
}

export class Dispatcher {
  readonly #server: JSONRPCServer<RpcContext>
  readonly #disabled: ReadonlySet<string>
  readonly #offered: readonly MethodSpec[]
  readonly #limits: RpcLimits
  readonly #logger: Logger

  constructor(options: DispatcherOptions) {
    this.#limits = options.limits
    this.#logger = options.logger
    this.#disabled = new Set(options.disabledMethods)
    this.#server = new JSONRPCServer<RpcContext>({ errorListener: () => {} }) // what is unexpected is logged in #run
    this.#server.mapErrorToJSONRPCErrorResponse = (id, error: unknown) =>
      errorResponse(id, error instanceof RpcError ? error : rpcError('internal'))
    this.#server.handleMethodNotFound = ({ id, method }) =>
      Promise.resolve(id === undefined ? null : errorResponse(id, this.#notFound(method)))
    const offered = options.methods.filter(({ spec }) => !spec.canDisable || !this.#disabled.has(spec.name))
    this.#offered = offered.map(({ spec }) => spec)
    for (const method of offered)
      this.#server.addMethod(method.spec.name, (params, context) => this.#run(method, params, context))
    for (const name of this.#disabled) {
      const known = options.methods.find(({ spec }) => spec.name === name)
      if (known === undefined) this.#logger.warn('RPC method to be disabled is not known', { method: name })
      else if (!known.spec.canDisable) this.#logger.warn('RPC method cannot be disabled', { method: name })
    }
  }

  /**
   * Starts what `bytes` ask for. The outer promise resolves once all of it was started, each request having had a turn to
   * answer; `done` resolves with the answer. Neither rejects.
   */
  async start(bytes: Buffer, caller: Caller): Promise<{ done: Promise<Answer> }> {
    const envelope = readEnvelope(bytes, this.#limits)
    if (envelope.kind === 'batch') return this.#startBatch(envelope.entries, caller)
    const after: (() => void)[] = []
    await caller.inFlight.acquire()
    const work = this.#answer(envelope.entry, { caller, after })
    await giveTurn(work)
    return { done: work.then((text) => ({ text, after })) }
  }

  async #startBatch(entries: readonly Entry[], caller: Caller): Promise<{ done: Promise<Answer> }> {
    const after: (() => void)[] = []
    const works: Promise<string | undefined>[] = []
    let bytes = 0
    for (const entry of entries) {
      await caller.inFlight.acquire()
      const isFull = bytes > this.#limits.maxBatchAnswerBytes
      const work = this.#answer(isFull ? tooMuchForABatch(entry) : entry, { caller, after }).then((text) => {
        bytes += text?.length ?? 0
        return text
      })
      works.push(work)
      await giveTurn(work)
    }
    const done = Promise.all(works).then((texts) => {
      const answers = texts.filter((text) => text !== undefined)
      return { text: answers.length === 0 ? undefined : `[${answers.join(',')}]`, after }
    })
    return { done }
  }

  /** The JSON of one answer. Gives back the place that was taken for it. */
  async #answer(entry: Entry, scope: { caller: Caller; after: (() => void)[] }): Promise<string | undefined> {
    try {
      if (!entry.ok) return encodeError(entry.id, entry.error)
      const refusal = entry.request.method === 'rpc.auth' ? undefined : scope.caller.refusal()
      if (refusal !== undefined) return entry.request.id === undefined ? undefined : encodeError(entry.request.id, refusal)
      return await this.#dispatch(entry.request, scope)
    } finally {
      scope.caller.inFlight.release()
    }
  }

  async #dispatch(
    request: RpcRequest,
    { caller, after }: { caller: Caller; after: (() => void)[] },
  ): Promise<string | undefined> {
    const scope: RpcContext = {
      connection: caller.connection,
      signal: caller.signal,
      callable: () => this.#offered,
      afterAnswer: (action) => after.push(action),
    }
    const response = await this.#server.receive(request as JSONRPCRequest, scope)
    if (response === null) return undefined
    try {
      return JSON.stringify(response)
    } catch (error) {
      this.#logger.error('RPC result cannot be written as JSON', { method: request.method, error })
      return encodeError(response.id, rpcError('internal'))
    }
  }

  async #run(method: Method, raw: unknown, context: RpcContext): Promise<unknown> {
    const bound = bindParams(method.spec, raw)
    if (!bound.ok) throw rpcError('invalid_params', bound.hint)
    try {
      return (await method.handle(bound.params, context)) ?? null
    } catch (error) {
      if (error instanceof RpcError) throw error
      this.#logger.error('RPC method failed', { method: method.spec.name, error })
      throw rpcError('internal')
    }
  }

  #notFound(name: string): RpcError {
    return rpcError('method_not_found', this.#disabled.has(name) ? 'it is disabled by rpc_disabled_methods' : undefined)
  }
}

function tooMuchForABatch(entry: Entry): Entry {
  if (!entry.ok || entry.request.id === undefined) return entry
  return {
    ok: false,
    id: entry.request.id,
    error: rpcError('too_large', 'the answers before it fill this batch: send it by itself'),
  }
}

function errorResponse(id: RequestId, error: RpcError): JSONRPCErrorResponse {
  return createJSONRPCErrorResponse(id, error.code, error.message, error.data)
}

/** An error answer as JSON. */
export function encodeError(id: RequestId, error: RpcError): string {
  return JSON.stringify(errorResponse(id, error))
}
