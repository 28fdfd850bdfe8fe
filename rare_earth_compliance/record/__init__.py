"""A record of determinations that can be checked again: written, verified, and judged anew.

What a record holds: the tool and the hashes of the rule files; each document with its hash and text; and for each
determination

- ``used``, ``given``, ``on``, ``known_by``, ``readings``: the question put, and ``inputs``, the hash over all of it;
- ``law``: every rule with its days and whether it was in force; ``citations``: words, their place in the rule files;
- ``findings``: rules at items, each part of each condition with what was found, at which place of which file, and the
  outcome; ``others``: every further item that a rule looks at, with what it comes to;
- ``lists`` and ``sums``: the entries on which items stand, and what is added up, in fractions;
- ``premises``: what no single place of a file tells, item by item;
- ``answer``, ``expires``, ``duties_open``, ``exit_status``.

Three sources of premises serve one checker (``verify`` with ``plain``, 300 lines), which makes all else from them: the record
itself, the files (``premises``, the second stage) and the engine (``make``). A record is written only where the checker comes
to the engine's outcome at every step, and holds only where the files give the same again. Checker and second stage share no
code with the engine.
"""
