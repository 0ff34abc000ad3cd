/** Loads the whole page anew; only ever on a person's click. */
export const reloadPage = (): void => window.location.reload();
