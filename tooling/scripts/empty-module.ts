/** Stands in for a development dependency that a bundle must not carry; it is imported by its default export. */
// oxlint-disable-next-line import/no-default-export -- what is replaced has one
export default undefined
