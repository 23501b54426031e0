/** What goes to clients as JSON beside results: errors and notifications. */
import { createJSONRPCErrorResponse } from 'json-rpc-2.0'
import type { JSONRPCErrorResponse } from 'json-rpc-2.0'
import type { RpcError } from '@dchat/rpc'
import type { RequestId } from './envelope.ts'

export function errorResponse(id: RequestId, error: RpcError): JSONRPCErrorResponse {
  return createJSONRPCErrorResponse(id, error.code, error.message, error.data)
}

/** An error answer as JSON. */
export function encodeError(id: RequestId, error: RpcError): string {
  return JSON.stringify(errorResponse(id, error))
}

export function encodeNotification(method: string, params: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', method, params })
}
