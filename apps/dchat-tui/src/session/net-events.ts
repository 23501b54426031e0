/** Events of the network in words: what `net.event` and the older `dnet.subscribe_events` tell. Sanitised. */
import { discoveryWords } from '../network/discovery-words.ts'
import type { NetEvent } from '../network/net-status.ts'
import { countOf, isNumber, isObject, line } from './ingress.ts'
import type { Fields } from './ingress.ts'

/** `params` of a notification `net.event` as an event; null when it is none. `now`: for an event that does not tell its time. */
export function toNetEvent(params: unknown, now: number): NetEvent | null {
  if (!isObject(params) || typeof params['event'] !== 'string') return null
  const info: Fields = isObject(params['info']) ? params['info'] : {}
  const name = params['event']
  const at = isNumber(params['time']) ? params['time'] : now
  return { at, text: line(eventWords(name, info)), isTraffic: name === 'send' || name === 'recv' }
}

/** `params` of a notification `dnet.subscribe_events`: a list of one event. */
export function toDnetEvent(params: unknown, now: number): NetEvent | null {
  return Array.isArray(params) ? toNetEvent({ ...(isObject(params[0]) ? params[0] : {}), time: now }, now) : null
}

function eventWords(event: string, info: Fields): string {
  const channel: Fields = isObject(info['chan']) ? info['chan'] : {}
  switch (event) {
    case 'send':
      return `sent ${told(info['cmd'])} to ${told(channel['addr'])} (channel ${countOf(channel['id'])})`
    case 'recv':
      return `got ${told(info['cmd'])} from ${told(channel['addr'])} (channel ${countOf(channel['id'])})`
    case 'inbound_connected':
      return `inbound: ${told(info['addr'])} connected (channel ${countOf(info['channel_id'])})`
    case 'inbound_disconnected':
      return `inbound: ${told(info['addr'])} is gone (channel ${countOf(info['channel_id'])})`
    case 'outbound_slot_sleeping':
      return `slot ${countOf(info['slot']) + 1}: sleeps`
    case 'outbound_slot_connecting':
      return `slot ${countOf(info['slot']) + 1}: connects to ${told(info['addr'])}`
    case 'outbound_slot_connected':
      return `slot ${countOf(info['slot']) + 1}: connected to ${told(info['addr'])} (channel ${countOf(info['channel_id'])})`
    case 'outbound_slot_disconnected':
      return `slot ${countOf(info['slot']) + 1}: disconnected: ${told(info['err'])}`
    case 'outbound_peer_discovery':
    case 'direct_peer_discovery':
      return `discovery: ${discoveryWords(told(info['state']))}, attempt ${countOf(info['attempt'])}`
    case 'direct_connecting':
      return `direct: connects to ${told(info['connect_addr'])}`
    case 'direct_connected':
      return `direct: connected to ${told(info['connect_addr'])} (channel ${countOf(info['channel_id'])})`
    case 'direct_disconnected':
      return `direct: ${told(info['connect_addr'])} disconnected: ${told(info['err'])}`
    default:
      return `${event} ${JSON.stringify(info)}`
  }
}

function told(value: unknown): string {
  return typeof value === 'string' ? value : '?'
}
