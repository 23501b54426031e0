/** Stands in for an optional development dependency that a bundle must not carry. */
export {}
