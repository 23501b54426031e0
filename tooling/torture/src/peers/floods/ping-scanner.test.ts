import { frameBytes } from '@dchat/e2e'
import { expect, test } from 'vitest'
import { PingScanner } from './ping-scanner.ts'

const frames = [
  { command: 'ping', payload: Buffer.of(1, 2) },
  { command: 'post', payload: Buffer.alloc(300, 7) },
  { command: '', payload: Buffer.alloc(0) },
  { command: 'addr', payload: Buffer.alloc(70_000, 9) },
  { command: 'ping', payload: Buffer.of(3, 4) },
]
const stream = Buffer.concat(frames.map((frame) => frameBytes(frame)))
const wanted = frames.map(({ command, payload }) => [command, payload.subarray(0, 64).toString('hex')])

test.each([1, 7, 64, 65_536, stream.length])('finds every frame of a stream in chunks of %s', (size) => {
  const found: string[][] = []
  const scanner = new PingScanner((command, payload) => found.push([command, payload.toString('hex')]))
  for (let at = 0; at < stream.length; at += size) scanner.push(stream.subarray(at, at + size))
  expect(found).toEqual(wanted)
})
