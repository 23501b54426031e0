export { PostKind } from './post/post.ts'
export type { Post, PostDraft, Signer } from './post/post.ts'
