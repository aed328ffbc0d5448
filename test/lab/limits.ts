/**
 * A minute's work on an idle machine, in milliseconds that it may take where all cores are busy.
 * Limits only end what hangs; how long something takes is measured in bench/.
 */
export const MINUTES = 3 * 60_000
