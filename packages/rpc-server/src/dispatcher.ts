/** Runs requests: json-rpc-2.0 finds and calls the method; around it the strict envelope, rights, bounds, our errors. */
import { JSONRPCServer } from 'json-rpc-2.0'
import type { JSONRPCRequest } from 'json-rpc-2.0'
import { RpcError, rpcError } from '@dchat/rpc'
import { bindParams } from '@dchat/rpc/schemas'
import type { MethodSpec } from '@dchat/rpc/schemas'
import type { Clock, Logger } from '@dchat/system'
import { encodeError, errorResponse } from './encode.ts'
import { readEnvelope } from './envelope.ts'
import type { Entry, RpcRequest } from './envelope.ts'
import { giveTurn } from './in-flight.ts'
import type { InFlight } from './in-flight.ts'
import type { RpcLimits } from './limits.ts'
import type { Method, MethodTable, RpcConnection, RpcContext } from './methods.ts'
import type { Rights } from './rights.ts'
import type { MethodCount, RpcCounts } from './rpc-counts.ts'

/** Who asks. */
export interface Caller {
  readonly connection: RpcConnection
  readonly signal: AbortSignal
  readonly inFlight: InFlight
  /** Undefined while it has to authorise first. */
  readonly rights: Rights | undefined
  /** Undefined when its requests are run, else why not. */
  readonly refusal: () => RpcError | undefined
}

export interface Answer {
  /** JSON, or undefined when there is nothing to answer. */
  readonly text: string | undefined
  /** To be run once the answer is on its way. */
  readonly after: readonly (() => void)[]
  /** When all of it was refused because the caller asks too much: the milliseconds until it may ask again. */
  readonly retryMs?: number
}

/** What belongs to one answer. */
interface Work {
  readonly caller: Caller
  readonly after: (() => void)[]
  /** Requests refused because the caller asks too much, and the longest wait of them. */
  refused: number
  retryMs: number
}

export interface DispatcherOptions {
  readonly methods: MethodTable
  readonly disabledMethods: readonly string[]
  readonly limits: RpcLimits
  readonly counts: RpcCounts
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly logger: Logger
}

export class Dispatcher {
  readonly #server: JSONRPCServer<RpcContext>
  readonly #methods: ReadonlyMap<string, Method>
  #disabled: ReadonlySet<string> = new Set()
  readonly #limits: RpcLimits
  readonly #counts: RpcCounts
  readonly #clock: DispatcherOptions['clock']
  readonly #logger: Logger

  constructor(options: DispatcherOptions) {
    this.#limits = options.limits
    this.#counts = options.counts
    this.#clock = options.clock
    this.#logger = options.logger
    this.#methods = new Map(options.methods.map((method) => [method.spec.name, method]))
    this.#server = new JSONRPCServer<RpcContext>({ errorListener: () => {} }) // what is unexpected is logged in #run
    this.#server.mapErrorToJSONRPCErrorResponse = (id, error: unknown) =>
      errorResponse(id, error instanceof RpcError ? error : rpcError('internal'))
    const other = options.counts.of('other')
    this.#server.handleMethodNotFound = ({ id }) => {
      other.failed += 1
      return Promise.resolve(id === undefined ? null : errorResponse(id, rpcError('method_not_found')))
    }
    for (const [name, method] of this.#methods) {
      const count = options.counts.of(name)
      this.#server.addMethod(name, (params, context) => this.#counted(count, () => this.#run(method, params, context)))
    }
    this.disable(options.disabledMethods)
  }

  /** These are answered as if they did not exist, in place of those before. */
  disable(names: readonly string[]): void {
    const disabled = new Set<string>()
    for (const name of names) {
      const known = this.#methods.get(name)
      if (known?.spec.canDisable === true) disabled.add(name)
      else if (known === undefined) this.#logger.warn('RPC method to be disabled is not known', { method: name })
      else this.#logger.warn('RPC method cannot be disabled', { method: name })
    }
    this.#disabled = disabled
  }

  /**
   * Starts what `bytes` ask for. The outer promise resolves once all of it was started, each request having had a turn to
   * answer; `done` resolves with the answer. Neither rejects.
   */
  async start(bytes: Buffer, caller: Caller): Promise<{ done: Promise<Answer> }> {
    const envelope = readEnvelope(bytes, this.#limits)
    if (envelope.kind === 'batch') return this.#startBatch(envelope.entries, caller)
    const work = newWork(caller)
    await caller.inFlight.acquire()
    const answering = this.#answer(envelope.entry, work)
    await giveTurn(answering)
    return { done: answering.then((text) => answerOf(text, work, 1)) }
  }

  async #startBatch(entries: readonly Entry[], caller: Caller): Promise<{ done: Promise<Answer> }> {
    const work = newWork(caller)
    const answers: Promise<string | undefined>[] = []
    let bytes = 0
    for (const entry of entries) {
      await caller.inFlight.acquire()
      const isFull = bytes > this.#limits.maxBatchAnswerBytes
      const answering = this.#answer(isFull ? tooMuchForABatch(entry) : entry, work).then((text) => {
        bytes += text?.length ?? 0
        return text
      })
      answers.push(answering)
      await giveTurn(answering)
    }
    const done = Promise.all(answers).then((texts) => {
      const given = texts.filter((text) => text !== undefined)
      return answerOf(given.length === 0 ? undefined : `[${given.join(',')}]`, work, entries.length)
    })
    return { done }
  }

  /** The JSON of one answer. Gives back the place that was taken for it. */
  async #answer(entry: Entry, work: Work): Promise<string | undefined> {
    try {
      const refusal = this.#refuse(entry, work)
      if (refusal !== undefined) this.#counts.noteRefusal(refusal)
      if (refusal === undefined && entry.ok) return await this.#dispatch(entry.request, work)
      const error = refusal ?? (entry as Entry & { ok: false }).error
      const id = entry.ok ? entry.request.id : entry.id
      return id === undefined ? undefined : encodeError(id, error)
    } finally {
      work.caller.inFlight.release()
    }
  }

  /** Why a request is not looked at. */
  #refuse(entry: Entry, work: Work): RpcError | undefined {
    const retryMs = work.caller.rights?.take() ?? 0
    if (retryMs > 0) {
      work.refused += 1
      work.retryMs = Math.max(work.retryMs, retryMs)
      return rpcError('too_many', `the token asks more often than it may: try again in ${retryMs} ms`)
    }
    return !entry.ok || entry.request.method === 'rpc.auth' ? undefined : work.caller.refusal()
  }

  async #dispatch(request: RpcRequest, { caller, after }: Work): Promise<string | undefined> {
    const context: RpcContext = {
      connection: caller.connection,
      get signal() {
        return caller.signal
      },
      callable: () => this.#callable(caller),
      afterAnswer: (action) => after.push(action),
      token: caller.rights?.token,
      mayCall: (name) => this.#mayCall(name, caller),
    }
    const response = await this.#server.receive(request as JSONRPCRequest, context)
    if (response === null) return undefined
    try {
      return JSON.stringify(response)
    } catch (error) {
      this.#logger.error('RPC result cannot be written as JSON', { method: request.method, error })
      return encodeError(response.id, rpcError('internal'))
    }
  }

  async #counted(count: MethodCount, run: () => Promise<unknown>): Promise<unknown> {
    const beganMs = this.#clock.monotonicMs()
    try {
      const result = await run()
      count.ok += 1
      return result
    } catch (error) {
      count.failed += 1
      if (error instanceof RpcError) this.#counts.noteRefusal(error)
      throw error
    } finally {
      this.#counts.durations.add(this.#clock.monotonicMs() - beganMs)
    }
  }

  async #run(method: Method, raw: unknown, context: RpcContext): Promise<unknown> {
    const { name } = method.spec
    if (this.#disabled.has(name)) throw rpcError('method_not_found', 'it is disabled by rpc_disabled_methods')
    if (!context.mayCall(name)) throw rpcError('forbidden', `the token "${context.token}" may not call ${name}`)
    const bound = bindParams(method.spec, raw)
    if (!bound.ok) throw rpcError('invalid_params', bound.hint)
    try {
      return (await method.handle(bound.params, context)) ?? null
    } catch (error) {
      if (error instanceof RpcError) throw error
      this.#logger.error('RPC method failed', { method: name, error })
      throw rpcError('internal')
    }
  }

  #callable(caller: Caller): MethodSpec[] {
    return Array.from(this.#methods.values(), ({ spec }) => spec).filter(({ name }) => this.#mayCall(name, caller))
  }

  #mayCall(name: string, { rights }: Caller): boolean {
    const method = this.#methods.get(name)
    if (method === undefined || this.#disabled.has(name)) return false
    return name === 'rpc.auth' || rights?.allows(method.spec) === true
  }
}

function newWork(caller: Caller): Work {
  return { caller, after: [], refused: 0, retryMs: 0 }
}

function answerOf(text: string | undefined, { after, refused, retryMs }: Work, requests: number): Answer {
  return refused === requests ? { text, after, retryMs } : { text, after }
}

function tooMuchForABatch(entry: Entry): Entry {
  if (!entry.ok || entry.request.id === undefined) return entry
  return {
    ok: false,
    id: entry.request.id,
    error: rpcError('too_large', 'the answers before it fill this batch: send it by itself'),
  }
}
