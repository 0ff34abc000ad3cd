import type { DeckService } from '../../services/deck.ts';
import { forPeople } from '../orpc.ts';

/** A single row, not a group: `deck` in the router is this handler. */
export const deckHandler = ({ deck }: { deck: DeckService }) =>
  forPeople.deck.handler(({ context, input }) => deck.get(context.caller, input.whose));
