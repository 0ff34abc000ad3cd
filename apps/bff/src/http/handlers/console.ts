import type { ConsoleService } from '../../services/console.ts';
import { forGuests } from '../orpc.ts';

export const consoleHandlers = (console: ConsoleService) => ({
  describe: forGuests.console.describe.handler(() => console.describe()),
});
