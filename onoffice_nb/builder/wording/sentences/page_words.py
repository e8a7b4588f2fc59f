"""Words of Python in the engine's English sentences, and what the page calls the same."""

from __future__ import annotations

from typing import Final

__all__ = ["PAGE_WORDS"]

# What stands in “ ” is the label of a control.
PAGE_WORDS: Final[dict[str, str]] = {
    "use oo.cross(…) for every parent with every child": "choose “everyone on the left with everyone on the right”",
    "use oo.cross(…)": "choose “everyone on the left with everyone on the right”",
    "Parent and child stand the other way round: the parents are": (
        "The two sides stand the other way round: on the left are"
    ),
    ", the children ": ", on the right ",
    "stands for the parent (": "stands on the left (",
    "stands for the child (": "stands on the right (",
    "parent and child are exchanged; plan pairs.swapped()": "the two sides are exchanged; press “Swap the two sides”",
    "Look whether parent and child are swapped.": "Look whether the two sides are swapped.",
    "Parent and child are the same ids": "Both sides hold the same ids",
    "Parent and child are": "Both sides are",
    "because its parent did not get": "because the record on its left did not get",
    "plan pairs.swapped()": "press “Swap the two sides”",
    "; a rule whose errors are meant to be so is named in force=[…]": "",
    "Mend what is wrong and plan again": "Mend what is wrong and check again",
    "Plan with replace=True": "Choose “replace”",
    "oo.plan_info(…) changes it": "the task “change status” changes it",
    "oo.plan_info(…) changes them": "the task “change status” changes them",
    "use oo.plan_info(…) after this": "choose “change status” after this",
    "oo.plan_removal(…) removes": "The task “remove links” removes",
    "oo.retry(crm, report)": "“Retry what is missing”",
    "oo.retry(crm, run)": "“Retry what is missing”",
    "oo.resume(crm, run)": "“Resume” in the list of runs",
    "Read the pairs again": "Check again",
    "Make the plan again": "Check again",
    "Make a new plan with oo.plan(…)": "Check again",
    "Make it anew with oo.plan(…), or raise max_age (seconds)": "Check again",
    "call check() and look at its plan": "check again",
    "The plan is for ": "What was checked is for ",
    "The plan is ": "The check is ",
    "The plan has ": "What was checked has ",
    " (diff=False)": "",
    ": pairs.rejects shows them": "",
    ": oo.relations() shows all that are known": "",
    " oo.relations() shows all of them.": "",
    "; oo.RelationType.custom(urn, parent=…, child=…) makes one that the catalogue lacks": "",
    "oo.relations() shows all": "The search shows all",
    "name one by its suffix": "choose one of them",
    "Name one by its suffix": "Choose one of them",
    "If a row does hold the names, say which one: header=…": (
        "If a row does hold the names, choose it as “Row with the headings”"
    ),
    "If another row holds the names, say which one: header=…": (
        "If another row holds the names, choose it as “Row with the headings”"
    ),
    "; if another character separates, name it: sep=…": "",
    "Name one with sheet=…": "Choose one as “Sheet”",
    "Name one, or count the visible ones from 1 to ": "Choose one as “Sheet”; the visible ones are 1 to ",
    ": sheet=…": "",
    "hidden='skip' leaves them out": "“leave out the rows that the sheet hides” leaves them out",
    "If letters look wrong, name it: encoding=…": "If letters look wrong, save the file as CSV (UTF-8) or .xlsx",
    "If that is meant, name it: sep=…": "If that is meant, choose it as “Between the cells”",
    ", or name what it is: encoding=…": "",
    " Give one of them: upload.value[0].": "",
    "; of a table, name two columns: oo.read_pairs(oo.read_table(text), parent=…, child=…)": (
        ", or the whole table into “Paste a table or a list”"
    ),
    "; if it is meant, give lists: parent=[…], child=[…]": "",
    "Read it with pandas.read_parquet, which keeps its types": (
        "Read it in the notebook with pandas.read_parquet, and choose it as “Table of the notebook”"
    ),
    " oo.read_table(path) makes a frame of a file, frame.to_pandas() of many others; lists go in without a frame:"
    " parent=[…], child=[…].": "",
    "; oo.read_table(text) makes a frame of a pasted one": "",
    " It is the index: frame.reset_index() makes a column of it.": "",
    ", or use .reset_index(drop=True) on each if their order is what counts": "",
    ", such as array[:, 0]": "",
    ": index.get_level_values(…)": "",
    ": use(…, info='its name') or one oo.RelationInfo for all, or on the page that none is": "",
    ", or one oo.RelationInfo for all": ", or one for all",
    "choose a relation type and call check(), which asks it": "choose a kind of link and check",
    "The notebook has no frame": "The notebook has no table",
    "frame.to_pandas() often makes one that can": "in the notebook, to_pandas often makes one that can",
    "give a file, a paste or a DataFrame": "give a file, a paste or a table of the notebook",
    "submit() makes one": "send first",
    "got a whole DataFrame": "got a whole table",
    "Pairs are read from a DataFrame (": "Pairs are read from a table (",
    "The frame has no column": "The table has no column",
    "The frame had ": "The table had ",
    "The frame was changed": "The table was changed",
    "Take both from one frame": "Take both from one table",
    "is not a frame that is known here": "is not a table that is known here",
    "has another DataFrame of this name": "has another table of this name",
    ": to mend rejects, read the pairs anew with oo.read_pairs(…), mend those, and make a new plan": "",
    " The rejects, their kinds and repairs stand in .rejects; decisions look like {4: 1003, (9, 'Adresse'):"
    " [5008, 5009], 'leading zeros': 'take'}.": "",
    "oo.look_up_rejects(crm, relation, pairs) looks such numbers up; mend with its answer": "look the number up first",
    " matches.candidate_frame shows them.": "",
    ": matches.candidate_frame['reasons'] lists them": "",
    "read them with oo.read_pairs(frame, parent=…, child=…, info=…)": "choose a column of the table, or one for all",
    "Read the pairs without info=… or choose calendar:address": (
        "Choose no status, or the participants of appointments"
    ),
    "replace=True has to read what is linked: leave diff=False out": "To replace, what is linked has to be read",
    ": oo.history(…) shows from when on it tells of these links": "",
    "; oo.history(…) shows what was changed": "",
    ": crm.read_infos('calendar:address', parents=[…]) reads them back": "",
    ": name it with user=…, then what others have made is told apart": (
        ", so what others have made cannot be told apart"
    ),
    ": else user=…": ".",
    "the only type that takes relationinfo": "the only kind of link that has a confirmation status",
    " See oo.runs().": "",
    "if you know what the log files this type under, name it: log_module='relation', for example; else look in the"
    " CRM": "look in the CRM",
    ", crm.read('calendar', …, start=…, end=…)": "",
    ": crm.read('user', …) lists those that are active": "",
    ": crm.read('user', …) lists them": "",
    ", for example with oo.connect()": "",
}
