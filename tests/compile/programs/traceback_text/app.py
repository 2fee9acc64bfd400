import traceback

try:
    {}["missing"]
except KeyError as error:
    frames = traceback.extract_tb(error.__traceback__)
    print([(frame.name, frame.lineno) for frame in frames], traceback.format_exception_only(error))
