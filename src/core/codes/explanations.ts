/** Of each code: what has happened, and the usual way out. */
export type Explanations = Readonly<Record<string, readonly [means: string, wayOut: string]>>
