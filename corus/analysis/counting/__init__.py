"""From stored answers to tables of counts: what is counted, how it adds up, how it is kept."""
