/** Lines per chunk; chunks begin at multiples of it. */
export const LOG_CHUNK_LINES = 512;
