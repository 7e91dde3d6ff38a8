// A file of our own, because a CommonJS package that is loaded late has no named exports in the bundle.
export { ZipFile } from 'yazl'
