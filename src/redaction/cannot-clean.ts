/** An entry that cannot be cleaned is left out. The message is a clause that says why, without anything of its content. */
export class CannotClean extends Error {}
