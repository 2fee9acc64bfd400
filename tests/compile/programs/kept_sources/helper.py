def fail(table, index):
    # Wide letters before the place: 日本 ä
    text = "日本" + "ä" + str(table["a"][index] + 1)
    return text
