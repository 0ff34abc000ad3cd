import type { Response } from 'express';

/** Words of the documentation: `{"message": "404 Project Not Found"}` and the like. */
export const refuse = (res: Response, status: number, message: string): void => {
  res.status(status).json({ message });
};

export const notFound = (res: Response, what = ''): void =>
  refuse(res, 404, `404 ${what === '' ? '' : `${what} `}Not Found`);

/** Doorkeeper's refusals: of tokens in use (`invalid_token`, 401) and of the token endpoint. */
export function oauthError(res: Response, status: number, error: string, description: string): void {
  res.setHeader('WWW-Authenticate', `Bearer realm="Doorkeeper", error="${error}"`);
  res.status(status).json({ error, error_description: description });
}
