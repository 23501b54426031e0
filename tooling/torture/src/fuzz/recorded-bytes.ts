/** What was recorded of reference nodes, and vectors of our own formats: the first inputs that others are made of. */
import { readFileSync } from 'node:fs'
import { readTranscripts } from '@dchat/net/internal'

const VECTORS = new URL('../../../interop/vectors/', import.meta.url)

/** Frames of one conversation, in order. */
export interface RecordedFrame {
  readonly command: string
  readonly bytes: Buffer
}

/** The conversations of reference nodes. */
export function recordedConversations(): RecordedFrame[][] {
  const transcripts = readTranscripts(new URL('transcripts.json', VECTORS))
  return Object.values(transcripts).map((frames) =>
    frames.map(({ command, frame_hex: hex }) => ({ command, bytes: Buffer.from(hex, 'hex') })),
  )
}

/** A file of vectors. The caller knows its shape. */
export function vectorsOf<T>(name: 'codec' | 'negentropy' | 'posts' | 'sealed'): T {
  return JSON.parse(readFileSync(new URL(`${name}.json`, VECTORS), 'utf8')) as T
}

/** The post of each vector, right and wrong. */
export function recordedPosts(): Buffer[] {
  const { posts } = vectorsOf<{ posts: { parts: Record<string, string> }[] }>('posts')
  return posts.map(({ parts }) => Buffer.from(Object.values(parts).join(''), 'hex'))
}
